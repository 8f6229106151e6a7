const sinon = require('sinon');

require('./suite.cjs')({ describe, it, assertCalledOnce: fn => sinon.assert.calledOnce(fn) });
