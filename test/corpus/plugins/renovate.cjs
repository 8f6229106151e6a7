const { createBackendModule } = require('@backstage/backend-plugin-api');
const { createRouter } = require('@secustor/backstage-plugin-renovate-backend');
const { renovateQueueExtensionPoint } = require('@secustor/backstage-plugin-renovate-node');

// Takes on every run and has no time for any.
const queue = {
  getQueueId: () => 'patient',
  add: async id => ({ id, status: 'queued' }),
  addBulk: async entries => entries.map(({ jobId }) => ({ id: jobId, status: 'queued' })),
  remove: async () => false,
};
// The package keeps its runner and its tables to itself, so a portal brings its own: without a report yet.
const runner = { runNext: () => queue.add() };
const KINDS = 'datasource manager depType depName host packageFile repository'.split(' ');
const databaseHandler = {
  getReports: async () => [],
  deleteReports: async () => 0,
  deleteReportsByTarget: async () => 0,
  getDependencies: async (_filters, { page = 0, pageSize = 500 }) => ({
    result: [],
    total: 0,
    pageCount: 0,
    page,
    pageSize,
  }),
  getDependenciesValues: async () => Object.fromEntries(KINDS.map(kind => [kind, []])),
};

exports.default = ({ logger, config, discovery }) =>
  createRouter(runner, { rootConfig: config, logger, discovery, databaseHandler });
const never = { enabled: false, frequency: { days: 1 }, timeout: { minutes: 1 } };
exports.config = () => ({
  renovate: {
    runtime: { type: 'none', none: {} },
    queue: { type: 'patient' },
    schedules: { renovation: never, cleanup: never },
  },
});
exports.allow = ['/health'];
exports.native = '@secustor/backstage-plugin-renovate-backend';
// What takes on runs and what carries them out are packages of their own.
exports.nativeModules = () => [
  createBackendModule({
    pluginId: 'renovate',
    moduleId: 'patient-queue',
    register: env =>
      env.registerInit({
        deps: { queues: renovateQueueExtensionPoint },
        init: async ({ queues }) => void queues.addQueueFactory('patient', () => queue),
      }),
  }),
];
exports.requests = [
  '/health',
  '/reports',
  '/reports/github.com/acme%2Fportal',
  '/dependencies?availableValues=true',
  { path: '/runs', method: 'POST', body: { target: 'https://github.com/acme/portal' } },
  { path: '/runs', method: 'POST', body: {} },
  { path: '/reports/github.com', method: 'DELETE' },
];
