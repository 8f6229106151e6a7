// Unit and HTTP tests: everything that needs no installation of its own.
process.env.NODE_ENV ??= 'test';

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
