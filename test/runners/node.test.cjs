const assert = require('node:assert/strict');
const { describe, it } = require('node:test');

require('./suite.cjs')({
  describe,
  it,
  assertCalledOnce: fn => assert.equal(fn.callCount, 1),
});
