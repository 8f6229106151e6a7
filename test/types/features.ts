// Compiled only, see assignable.ts.
import { createBackendPlugin } from 'backstage-forklift';

export default createBackendPlugin({
  pluginId: 'imported',
  register(reg) {
    reg.registerInit({ deps: {}, async init() {} });
  },
});
