#!/usr/bin/env node
// `npm run build && CHROME_BIN=/usr/bin/chromium node examples/screenshot.mjs`: the picture in README.md, taken of what `forklift demo --html` writes.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const executablePath = process.env.CHROME_BIN;
if (!executablePath) {
  throw new Error(
    'CHROME_BIN is not set: name the browser, for example CHROME_BIN=/usr/bin/chromium',
  );
}
const forklift = fileURLToPath(new URL('../dist/lib/cli/main.js', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'forklift-screenshot-'));
try {
  const report = join(folder, 'report.html');
  const { status } = spawnSync(process.execPath, [forklift, 'demo', '--html', report], {
    stdio: 'inherit',
  });
  if (status !== 0) {
    throw new Error(`forklift demo ended with exit code ${status}`);
  }
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  });
  const page = await browser.newPage({ viewport: { width: 1000, height: 1150 } });
  await page.goto(pathToFileURL(report).href);
  await page.screenshot({
    path: fileURLToPath(new URL('./parity-report.png', import.meta.url)),
  });
  await browser.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
