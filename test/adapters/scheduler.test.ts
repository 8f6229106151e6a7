import { taskSchedulerToScheduler } from 'backstage-forklift/adapters';
import { expect } from 'chai';
import sinon from 'sinon';

describe('taskSchedulerToScheduler', () => {
  const old = {
    scheduleTask: sinon.stub().resolves(),
    triggerTask: sinon.stub().resolves(),
    getScheduledTasks: sinon.stub().resolves([]),
    createScheduledTaskRunner: sinon.stub(),
  };

  it('passes tasks on', async () => {
    const scheduler = taskSchedulerToScheduler(old);
    await scheduler.triggerTask('sync');
    sinon.assert.calledWith(old.triggerTask, 'sync');
    expect(await scheduler.getScheduledTasks()).to.deep.equal([]);
  });

  it('says that old schedulers can not cancel tasks', async () => {
    const error = await taskSchedulerToScheduler(old)
      .cancelTask('sync')
      .catch(failure => failure);
    expect(error.name).to.equal('NotImplementedError');
    expect(error.message).to.contain('Task sync can not be cancelled');
  });

  it('leaves schedulers alone that can', () => {
    const scheduler = { ...old, cancelTask: sinon.stub() };
    expect(taskSchedulerToScheduler(scheduler)).to.equal(scheduler);
  });
});
