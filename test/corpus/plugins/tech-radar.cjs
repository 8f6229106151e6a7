const { createRouter } = require('@backstage-community/plugin-tech-radar-backend');

exports.default = ({ logger, config, reader }) => createRouter({ logger, config, reader });
exports.config = stub => ({ techRadar: { url: `${stub}/radar.json` } });
exports.allow = ['/health'];
exports.native = '@backstage-community/plugin-tech-radar-backend';
exports.requests = ['/health', '/data'];
