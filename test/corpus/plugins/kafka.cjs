const { createRouter } = require('@backstage/plugin-kafka-backend');

exports.default = ({ logger, config }) => createRouter({ logger, config });
exports.config = () => ({
  kafka: { clientId: 'backstage', clusters: [{ name: 'main', brokers: ['localhost:9'] }] },
});
exports.requests = ['/consumers/other/group/offsets'];
