import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import express from 'express';
import { ask } from './support/ask';
import { pinAnswer } from './support/pin-answer';
import { startEdge, type Edge } from './support/start-edge';
import { WIRE_CASES, type WireCase } from './support/wire-cases';
import { mountAppPlugin, mountGuardedPlugin, mountWirePlugin } from './support/wire-plugin';

/** As recorded from @backstage/backend-defaults 0.17.8: for each case, an answer for each request. */
const STOCK_ANSWERS: { [name in string]: Array<[request: string, answer: string]> } = JSON.parse(
  readFileSync(join(__dirname, 'support', 'stock-answers.json'), 'utf8'),
);

async function startCase({ config, indexPath, app, state, development }: WireCase): Promise<Edge> {
  process.env.NODE_ENV = development ? 'development' : 'test';
  return startEdge({
    config,
    factory: { indexPath },
    starting: state === 'starting',
    plugins: {
      one: routes => mountWirePlugin(express, routes),
      two: routes => mountGuardedPlugin(express, routes),
      ...(app && { app: mountAppPlugin }),
    },
  });
}

describe('answers on the wire', () => {
  const { NODE_ENV } = process.env;
  afterEach(() => {
    process.env.NODE_ENV = NODE_ENV;
  });

  for (const wireCase of WIRE_CASES) {
    it(`are those of stock Backstage, ${wireCase.name}`, async () => {
      const edge = await startCase(wireCase);
      try {
        if (wireCase.state === 'stopping') {
          await edge.stopPlugins();
        }
        const answers: Array<[string, string]> = [];
        for (const request of wireCase.requests) {
          answers.push([request, pinAnswer(await ask(edge.port, request))]);
        }
        expect(answers).to.deep.equal(STOCK_ANSWERS[wireCase.name]);
      } finally {
        await edge.stop();
      }
    });
  }
});
