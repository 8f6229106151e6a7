require('./suite.cjs')({
  describe,
  it,
  assertCalledOnce: fn => expect(fn).toHaveBeenCalledTimes(1),
});
