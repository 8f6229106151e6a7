const { describe, expect, it, jest: mocks } = require('@jest/globals');

require('./suite.cjs')({
  describe,
  it,
  assertCalledOnce(fn) {
    expect(fn).toHaveBeenCalledTimes(1);
    mocks.clearAllMocks();
    expect(fn).not.toHaveBeenCalled();
    fn.mockReturnValue(7);
    expect([fn(), fn.mock.results[0].value]).toEqual([7, 7]);
    mocks.resetAllMocks();
    expect([fn(), fn.mock.calls.length]).toEqual([undefined, 1]);
  },
});
