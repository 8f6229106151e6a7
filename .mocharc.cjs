// Unit and HTTP tests: everything that needs no installation of its own.
process.env.NODE_ENV ??= 'test';
// esbuild's worker thread loses an answer now and then on a busy machine, here and in the commands that tests start.
process.env.ESBUILD_WORKER_THREADS ??= '0';

module.exports = {
  require: ['tsx/cjs'],
  extension: ['ts'],
  spec: ['test/**/*.test.ts'],
  ignore: [
    'test/{interop,corpus,runners}/**',
    'test/**/*.integration.test.ts',
    '**/node_modules/**',
  ],
  timeout: 30_000,
  forbidOnly: Boolean(process.env.CI),
};
