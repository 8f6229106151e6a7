import { ts } from 'ts-morph';
import { assertPlainOptions } from '../engine/lifted-mount';
import { optionOf, textOption, type LiftedPlugin } from '../engine/lifted-plugin';
import { Obstacle } from '../engine/obstacle';

/** Ids that createBackendPlugin takes. */
const ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/i;

/** Keys whose services keep something under the id of the plugin. */
export const KEEPS_DATA: ReadonlySet<string> = new Set(['cache', 'database', 'scheduler']);

/** Which plugin of the new system answers where the old one did. */
export interface Place {
  /** With the id of that plugin, and the name under which its data is kept where that is another. */
  readonly plugin: LiftedPlugin;
  /** The path of the router within the plugin: `/ecs` of `/api/aws/ecs`; undefined for all of it. */
  readonly below: string | undefined;
  /** False for a function that makes no router: it only starts something. */
  readonly serves: boolean;
}

/**
 * Finds the plugin that a mount becomes. One at `/api/aws/ecs` is the part `/ecs` of the plugin `aws`.
 *
 * @throws Obstacle when a plugin of the new system can not be served there, or has other options
 */
export function placeOf(lifted: LiftedPlugin): Place {
  const { call, id } = lifted;
  const routers = optionOf(call.options, 'routers');
  const serves = !routers;
  const isNone =
    routers && ts.isObjectLiteralExpression(routers) && routers.properties.length === 0;
  const known = ['envId', 'auth', isNone ? 'routers' : 'path'];
  assertPlainOptions(lifted, known);
  const path = textOption(call, 'path') ?? `/api/${id}`;
  if (path === `/api/${id}`) return { plugin: lifted, below: undefined, serves };
  const [, parent, below] = /^\/api\/([^/]+)(\/[^:*?()[\]\\]*[^/:*?()[\]\\])\/?$/.exec(path) ?? [];
  if (parent === undefined || !ID.test(parent)) {
    throw new Obstacle(`is served at ${path}, and plugins are served below /api/<id>`, 'paths');
  }
  const envId = lifted.envId ?? id;
  const plugin = { ...lifted, id: parent, envId: envId === parent ? undefined : envId };
  return { plugin, below, serves };
}
