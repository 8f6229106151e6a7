const { createRouter } = require('@backstage/plugin-kafka-backend');

exports.default = ({ logger, config }) => createRouter({ logger, config });
exports.config = () => ({
  kafka: { clientId: 'backstage', clusters: [{ name: 'main', brokers: ['localhost:9'] }] },
});
exports.native = '@backstage/plugin-kafka-backend/alpha';
exports.requests = ['/consumers/other/group/offsets'];
