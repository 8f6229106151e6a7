const { createRouter } = require('@backstage-community/plugin-kafka-backend');

exports.default = ({ logger, config }) => createRouter({ logger, config });
exports.config = require('./kafka.cjs').config;
exports.requests = ['/consumers/other/group/offsets'];
