import { Contexts } from 'backstage-forklift/legacy';
import { expect } from 'chai';
import { once } from 'node:events';
import { Duration } from 'luxon';

describe('Contexts', () => {
  it('hand values down, and leave the outer context as it was', () => {
    const outer = Contexts.withValue(Contexts.root(), 'count', 1);
    const inner = Contexts.withValue(outer, 'count', (previous: unknown) => Number(previous) + 1);
    expect([outer.value('count'), inner.value('count')]).to.deep.equal([1, 2]);
    expect(inner.value('other')).to.equal(undefined);
  });

  it('abort with a parent or a source', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const outer = Contexts.withAbort(Contexts.root(), first);
    const inner = Contexts.withAbort(Contexts.withValue(outer, 'a', 1), second.signal);
    second.abort();
    expect([outer.abortSignal.aborted, inner.abortSignal.aborted]).to.deep.equal([false, true]);
    first.abort();
    expect(outer.abortSignal.aborted).to.equal(true);
    expect(Contexts.withAbort(Contexts.root(), first).abortSignal.aborted).to.equal(true);
  });

  it('abort when the time is over, at the earlier of two deadlines', async () => {
    const outer = Contexts.withTimeoutMillis(Contexts.root(), 20);
    const inner = Contexts.withTimeoutDuration(outer, Duration.fromObject({ hours: 1 }));
    expect(inner.deadline).to.equal(outer.deadline);
    expect(Contexts.root().deadline).to.equal(undefined);
    const { abortSignal } = inner;
    if (!abortSignal.aborted) await once(abortSignal, 'abort');
    expect(outer.abortSignal.aborted).to.equal(true);
  });
});
