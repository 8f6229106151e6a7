import type { ImportBinding } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import type { DatedHome } from '../engine/source-step/dated-home';
import { leavePackage, type OldPackage } from '../engine/source-step/leave-package';
import type { SourceCodemod } from '../engine/source-step/source-codemod';
import { middlewareCalls } from './error-middleware';
import { MIDDLEWARE, MIDDLEWARE_FACTORY, NEW_HOMES, ONLY_LEGACY, OTHER_STEPS } from './new-homes';

const BACKEND_COMMON: OldPackage = {
  name: '@backstage/backend-common',
  since: '0.18.0',
  legacy: ONLY_LEGACY,
  homeOf,
  describe: imported => {
    if (Object.hasOwn(OTHER_STEPS, imported)) {
      const reason = `${imported}: forklift guide ${OTHER_STEPS[imported]} is about it`;
      return { outcome: 'skipped', reason, anchor: 'names-of-other-steps' };
    }
    return {
      outcome: 'manual',
      reason: `${imported} has no counterpart in the new system`,
      anchor: Object.hasOwn(MIDDLEWARE, imported) ? 'middleware' : 'names-without-a-new-home',
    };
  },
  rewriteUses: (module, editor, binding) => {
    for (const call of middlewareCalls(module, binding) ?? []) {
      const text = `MiddlewareFactory.create({ config, logger }).${MIDDLEWARE[binding.imported]}()`;
      editor.overwrite(call.getStart(module.sourceFile), call.getEnd(), text);
    }
  },
};

/** Imports the names of `@backstage/backend-common` from where they are now. */
export const backendCommonImports: SourceCodemod = {
  step: 'backend-common-imports',
  marks: /@backstage\/backend-common['"]/,
  replaces: [BACKEND_COMMON.name],
  start: () => (module, owner) => leavePackage(module, owner, BACKEND_COMMON),
};

function homeOf(module: ParsedModule, binding: ImportBinding): DatedHome | undefined {
  const { imported } = binding;
  if (Object.hasOwn(MIDDLEWARE, imported)) {
    return middlewareCalls(module, binding) && { ...MIDDLEWARE_FACTORY, isRewritten: true };
  }
  if (imported === 'UrlReader' && callsRead(module)) return undefined;
  return Object.hasOwn(NEW_HOMES, imported) ? NEW_HOMES[imported] : undefined;
}

/** True where the method is called that a UrlReaderService no longer has. */
function callsRead({ text }: ParsedModule): boolean {
  return /\breader\??\.read\b/i.test(text);
}
