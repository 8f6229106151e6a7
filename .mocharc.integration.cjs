// Tests that run other people's packages or whole commands: test/install.cjs first installs what they need.
process.env.NODE_ENV ??= 'test';
// esbuild's worker thread loses an answer now and then on a busy machine, here and in the commands that tests start.
process.env.ESBUILD_WORKER_THREADS ??= '0';

module.exports = {
  require: ['tsx/cjs'],
  extension: ['ts'],
  spec: ['test/{interop,corpus,runners}/*.test.ts', 'test/**/*.integration.test.ts'],
  ignore: ['**/node_modules/**'],
  timeout: 300_000,
  forbidOnly: Boolean(process.env.CI),
};
