import { PLAIN, type StockPackage } from './stock-package';

const SUCCESSOR = '@backstage-community/plugin-rbac-backend';

function rbac(name: string, versions: Pick<StockPackage, 'root' | 'successor'>): StockPackage {
  return {
    package: name,
    id: 'permission',
    ...versions,
    wiring: { [`${name}#PolicyBuilder`]: PLAIN },
    list: {
      maker: `${name}#PolicyBuilder.build`,
      index: 1,
      method: 'getPluginIds',
      path: ['permission', 'rbac', 'pluginsWithPermission'],
    },
    anchor: 'permission',
  };
}

/** Permissions by roles that administrators give: the plugin takes the place of the published one. */
export const RBAC: readonly StockPackage[] = [
  rbac(SUCCESSOR, { root: '5.2.6' }),
  rbac('@janus-idp/backstage-plugin-rbac-backend', {
    successor: { name: SUCCESSOR, version: '5.2.6' },
  }),
];
