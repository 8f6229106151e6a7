import { importsOf } from '../bindings';
import { lineOf, type ParsedModule } from '../parse-module';
import type { Finding } from './source-codemod';

/** What to report about a file that an old backend is made of: other steps replace it as a whole. */
export function partOfOldBackend(module: ParsedModule): Finding | undefined {
  const builder = importsOf(module).find(each => each.imported === 'createServiceBuilder');
  if (builder && /(^|\/)src\/index\.ts$/.test(module.file)) {
    const reason = 'is wired by hand: forklift lift rewrites it';
    return { outcome: 'skipped', reason, anchor: 'lift#mounts' };
  }
  if (builder) {
    return {
      line: lineOf(module, builder.local),
      outcome: 'manual',
      reason: 'starts a server of its own',
      anchor: 'backend-common-imports#servers-for-development',
    };
  }
  if (/\bexport (type|interface) PluginEnvironment\b/.test(module.text)) {
    return {
      outcome: 'skipped',
      reason: 'describes the environment of old plugins, and goes when they are converted',
      anchor: 'backend-common-imports#what-changes',
    };
  }
  return undefined;
}
