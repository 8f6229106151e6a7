import { eventBrokerToEvents, eventsToEventBroker } from 'backstage-forklift/adapters';
import { mockServices } from 'backstage-forklift/testing';
import { expect } from 'chai';
import sinon from 'sinon';

class PushSubscriber {
  readonly received: unknown[] = [];
  supportsEventTopics = () => ['push'];
  onEvent = async (event: unknown) => void this.received.push(event);
}

describe('eventsToEventBroker', () => {
  it('subscribes each subscriber under an id of its own, that is the same in every replica', () => {
    const events = mockServices.events.mock({ subscribe: async () => {} });
    eventsToEventBroker(events, () => {}).subscribe(new PushSubscriber(), [
      new PushSubscriber(),
      { supportsEventTopics: () => ['a'], onEvent: async () => {} },
    ]);
    expect(events.subscribe.args.map(([{ id }]) => id)).to.deep.equal([
      'EventBroker.PushSubscriber-1',
      'EventBroker.PushSubscriber-2',
      'EventBroker.Object-1',
    ]);
  });

  it('reports subscriptions that fail', async () => {
    const error = new Error('no bus');
    const events = mockServices.events.mock({ subscribe: async () => Promise.reject(error) });
    const reported = await new Promise(resolve => {
      eventsToEventBroker(events, resolve).subscribe(new PushSubscriber());
    });
    expect(reported).to.equal(error);
  });
});

describe('eventBrokerToEvents', () => {
  it('publishes and subscribes by the broker', async () => {
    const broker = { publish: sinon.stub().resolves(), subscribe: sinon.stub() };
    const events = eventBrokerToEvents(broker);
    const params = { topic: 'push', eventPayload: {} };
    await events.publish(params);
    sinon.assert.calledWith(broker.publish, params);
    const onEvent = async () => {};
    await events.subscribe({ id: 'a', topics: ['push'], onEvent });
    const [subscriber] = broker.subscribe.firstCall.args;
    expect(subscriber.supportsEventTopics()).to.deep.equal(['push']);
    expect(subscriber.onEvent).to.equal(onEvent);
  });
});
