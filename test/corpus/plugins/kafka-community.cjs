const { createRouter } = require('@backstage-community/plugin-kafka-backend');

exports.id = 'kafka';
exports.default = ({ logger, config }) => createRouter({ logger, config });
exports.config = require('./kafka.cjs').config;
exports.native = '@backstage-community/plugin-kafka-backend/alpha';
exports.requests = ['/consumers/other/group/offsets'];
