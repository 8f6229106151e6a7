const { createRouter } = require('@backstage/plugin-azure-devops-backend');

exports.default = env => createRouter({ ...env });
exports.config = () => ({
  azureDevOps: { host: 'localhost', token: 'token', organization: 'acme' },
});
exports.allow = ['/health'];
exports.native = '@backstage/plugin-azure-devops-backend';
exports.requests = ['/health', '/builds/acme'];
