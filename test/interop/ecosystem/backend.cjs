// Published plugins of the new backend system, unmodified, in one backend: `backend.cjs ours|stock --config ...`.
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { dependencies } = require('../package.json');

const packages = Object.keys(dependencies).filter(name => /\/plugin-/.test(name));

const { createBackend } =
  process.argv[2] === 'ours'
    ? createRequire(join(__dirname, '../../../package.json'))('backstage-forklift')
    : require('@backstage/backend-defaults');

const backend = createBackend();
for (const name of packages) {
  backend.add(import(name));
}
backend.start().catch(error => {
  console.error(error);
  process.exit(1);
});
