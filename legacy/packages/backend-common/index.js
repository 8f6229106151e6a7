module.exports = require('backstage-forklift/legacy');
