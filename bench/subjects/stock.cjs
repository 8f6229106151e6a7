// Stock Backstage, as installed for the interop tests.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const stock = createRequire(join(__dirname, '..', '..', 'test', 'interop', 'package.json'));
const express = stock('express');
const { createBackend } = stock('@backstage/backend-defaults');
const { createPlugins, startBackend } = require('./plugins.cjs');

void startBackend(
  createBackend(),
  createPlugins(stock('@backstage/backend-plugin-api'), express, Number(process.env.BENCH_PLUGINS)),
);
