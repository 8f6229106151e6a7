import { importsOf } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { editorOf } from '../engine/source-edit';
import { quoted } from '../engine/code-style';
import { tooOldFor, useOf, type DatedHome } from '../engine/source-step/dated-home';
import { moveNames, type MovedName } from '../engine/source-step/move-names';
import { partOfOldBackend } from '../engine/source-step/part-of-old-backend';
import type { Finding, SourceCodemod, SourceRewrite } from '../engine/source-step/source-codemod';
import type { SourcePackage } from '../engine/source-step/source-repository';
import { featureCalls } from './feature-calls';
import { rewriteOldForms } from './old-forms';
import { STABLE_NAMES } from './stable-names';
import { stableSubpaths } from './stable-subpaths';

const APP_API = '@backstage/backend-app-api';

/** Brings code of the early new system to the forms and names it has since 1.0. */
export const alphaToStable: SourceCodemod = {
  step: 'alpha-to-stable',
  marks:
    /\/alpha['"]|@backstage\/backend-app-api|coreServices\.(config|identity|tokenManager|featureDiscovery)\b|\bcreate(Backend\w*|ServiceFactory|SpecializedBackend)\(|\bstartTestBackend\(/,
  replaces: [APP_API],
  start:
    ({ root }) =>
    (module, owner) =>
      rewrite(root, module, owner),
};

function rewrite(root: string, module: ParsedModule, owner: SourcePackage): SourceRewrite {
  const editor = editorOf(module);
  const findings: Finding[] = [];
  const moves: (MovedName & { readonly home: DatedHome })[] = [];
  for (const binding of importsOf(module)) {
    const names = Object.hasOwn(STABLE_NAMES, binding.module) ? STABLE_NAMES[binding.module] : {};
    const home = Object.hasOwn(names, binding.imported) ? names[binding.imported] : undefined;
    if (home && !tooOldFor(owner, binding.imported, home)) moves.push({ binding, home });
  }
  const part = partOfOldBackend(module);
  if (part) return { text: module.text, uses: [], findings: moves.length > 0 ? [part] : [] };
  findings.push(...rewriteOldForms(module, editor));
  for (const { call, doubt } of featureCalls(root, module, owner)) {
    if (doubt) findings.push(doubt);
    else editor.remove(call.expression.getEnd(), call.getEnd());
  }
  for (const { literal, stable } of stableSubpaths(root, module, owner)) {
    const start = literal.getStart(module.sourceFile);
    const [quote] = module.text.slice(start);
    const style = { quote: quote === '"' ? '"' : "'", semicolon: '' } as const;
    editor.overwrite(start, literal.getEnd(), quoted(stable, style));
  }
  moveNames(module, editor, moves);
  const text = editor.toString();
  if (text !== module.text) {
    const reason = 'uses the stable forms and names';
    findings.unshift({ outcome: 'migrated', reason, anchor: 'what-changes' });
  }
  return { text, uses: moves.map(each => useOf(each.home)), findings };
}
