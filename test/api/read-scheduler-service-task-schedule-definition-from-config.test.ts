import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { readSchedulerServiceTaskScheduleDefinitionFromConfig } from '../../lib/api';
import { expect } from 'chai';

function read(data: JsonObject) {
  return readSchedulerServiceTaskScheduleDefinitionFromConfig(new ConfigReader(data));
}

describe('readSchedulerServiceTaskScheduleDefinitionFromConfig', () => {
  it('reads durations as objects, as text and in the ISO form', () => {
    expect(read({ frequency: { minutes: 5 }, timeout: '30s', initialDelay: 'PT1M' })).to.deep.equal(
      {
        frequency: { minutes: 5 },
        timeout: { seconds: 30 },
        initialDelay: { minutes: 1 },
        scope: undefined,
      },
    );
  });

  it('reads cron lines, manual triggers and the scope', () => {
    expect(
      read({ frequency: { cron: '0 3 * * *' }, timeout: 'PT1H', scope: 'local' }),
    ).to.deep.include({ frequency: { cron: '0 3 * * *' }, scope: 'local' });
    expect(read({ frequency: { trigger: 'manual' }, timeout: 'PT1H' }).frequency).to.deep.equal({
      trigger: 'manual',
    });
  });

  it('reads the jitter when there is one', () => {
    expect(read({ frequency: 'PT1H', timeout: 'PT1H', jitter: '5s' }).jitter).to.deep.equal({
      seconds: 5,
    });
  });

  const mistakes: Array<[string, JsonObject, RegExp]> = [
    ['no frequency', { timeout: 'PT1H' }, /'frequency'/],
    ['no timeout', { frequency: 'PT1H' }, /'timeout'/],
    ['an invalid duration', { frequency: 'often', timeout: 'PT1H' }, /'frequency'/],
    ['an unknown trigger', { frequency: { trigger: 'now' }, timeout: 'PT1H' }, /'frequency'/],
    [
      'an unknown scope',
      { frequency: 'PT1H', timeout: 'PT1H', scope: 'world' },
      /"global" or "local".*world/,
    ],
    [
      'a frequency of zero',
      { frequency: 'PT0S', timeout: 'PT1H' },
      /'frequency' is not a duration/,
    ],
    [
      'an invalid cron line',
      { frequency: { cron: '60 * * * *' }, timeout: 'PT1H' },
      /'frequency\.cron' is not a cron line: '60 \* \* \* \*', .*out of range/,
    ],
  ];
  for (const [what, data, message] of mistakes) {
    it(`refuses ${what}`, () => {
      expect(() => read(data))
        .to.throw(message)
        .with.property('name', 'InputError');
    });
  }

  it('says where in the configuration the mistake is', () => {
    const config = new ConfigReader({
      catalog: { providers: { github: { schedule: { frequency: { cron: 'x' }, timeout: '1h' } } } },
    });
    const schedule = config.getConfig('catalog.providers.github.schedule');
    expect(() => readSchedulerServiceTaskScheduleDefinitionFromConfig(schedule)).to.throw(
      "Invalid schedule in the configuration at 'catalog.providers.github.schedule', 'frequency.cron' is not a cron line",
    );
  });
});
