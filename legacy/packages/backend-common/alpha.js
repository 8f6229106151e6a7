exports.Contexts = require('backstage-forklift/legacy').Contexts;
