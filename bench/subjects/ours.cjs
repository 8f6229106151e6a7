const express = require('express');
const forklift = require('backstage-forklift');
const { createPlugins, startBackend } = require('./plugins.cjs');

void startBackend(
  forklift.createBackend(),
  createPlugins(forklift, express, Number(process.env.BENCH_PLUGINS)),
);
