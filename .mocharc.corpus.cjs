// Published plugins of the old backend system, each in several backends: npm run test:corpus installs what they need.
process.env.ESBUILD_WORKER_THREADS ??= '0'; // as in .mocharc.cjs

module.exports = {
  require: ['tsx/cjs'],
  extension: ['ts'],
  spec: ['test/corpus/*.spec.ts'],
  timeout: 180_000,
  forbidOnly: Boolean(process.env.CI),
};
