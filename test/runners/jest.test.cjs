const { describe, expect, it } = require('@jest/globals');

require('./suite.cjs')({
  describe,
  it,
  assertCalledOnce: fn => expect(fn).toHaveBeenCalledTimes(1),
});
