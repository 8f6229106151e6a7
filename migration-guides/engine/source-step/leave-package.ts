import type MagicString from 'magic-string';
import { importsOf, type ImportBinding } from '../bindings';
import { lineOf, type ParsedModule } from '../parse-module';
import { editorOf } from '../source-edit';
import { tooOldFor, useOf, type DatedHome } from './dated-home';
import { moveNames, type MovedName } from './move-names';
import { otherUsesOf } from './other-uses';
import { partOfOldBackend } from './part-of-old-backend';
import type { Finding, SourceRewrite } from './source-codemod';
import { isTooOld, type SourcePackage } from './source-repository';

/** Where a name stays, or who has to look after it. */
export type Remainder = Pick<Finding, 'outcome' | 'reason' | 'anchor'>;

/** An old package whose exports are elsewhere now. */
export interface OldPackage {
  readonly name: string;
  /** The first version whose exports mean the same as what stands for them now. */
  readonly since: string;
  /** Where an imported name is now; undefined when it has no counterpart. */
  homeOf(module: ParsedModule, binding: ImportBinding): DatedHome | undefined;
  /** Names that `backstage-forklift/legacy` exports as they were. */
  readonly legacy: readonly string[];
  /** What to report about a name without a home. */
  describe(imported: string): Remainder;
  /** Rewrites what refers to a name whose home is marked as rewritten. */
  rewriteUses?(module: ParsedModule, editor: MagicString, binding: ImportBinding): void;
}

const FORKLIFT = 'backstage-forklift';

/** Imports the names of an old package from where they are now, and reports the others. */
export function leavePackage(
  module: ParsedModule,
  owner: SourcePackage,
  old: OldPackage,
): SourceRewrite {
  const whole = partOfOldBackend(module) ?? tooOldToLeave(owner, old);
  const others = whole ? [whole] : otherUsesOf(module, old.name);
  if (others.length > 0) return { text: module.text, uses: [], findings: others };
  const moves: (MovedName & { readonly home: DatedHome })[] = [];
  const findings: Finding[] = [];
  for (const binding of importsOf(module).filter(each => each.module === old.name)) {
    const home = homeFor(module, binding, owner, old);
    if ('module' in home) moves.push({ binding, home });
    else findings.push({ line: lineOf(module, binding.local), ...home });
  }
  const editor = editorOf(module);
  for (const { binding, home } of moves) {
    if (home.isRewritten) old.rewriteUses?.(module, editor, binding);
  }
  moveNames(module, editor, moves);
  const homes = [...new Set(moves.map(each => each.home.module))];
  if (homes.length > 0) {
    const reason = `imports ${homes.join(' and ')}`;
    findings.unshift({ outcome: 'migrated', reason, anchor: 'what-changes' });
  }
  return { text: editor.toString(), uses: moves.map(each => useOf(each.home)), findings };
}

function homeFor(
  module: ParsedModule,
  binding: ImportBinding,
  owner: SourcePackage,
  old: OldPackage,
): DatedHome | Remainder {
  const { imported } = binding;
  const home = old.homeOf(module, binding);
  const tooOld = home && tooOldFor(owner, imported, home);
  if (home && !tooOld) return home;
  if (old.legacy.includes(imported) && owner.dependsOn(FORKLIFT)) {
    return { module: `${FORKLIFT}/legacy`, name: imported, since: '0.1.0' };
  }
  return tooOld ?? old.describe(imported);
}

function tooOldToLeave(owner: SourcePackage, { name, since }: OldPackage): Finding | undefined {
  if (!isTooOld(owner, name, since)) return undefined;
  const reason =
    `${owner.name} asks for ${name} ${owner.versionOf(name)}, which differs from what stands for ` +
    `it now up to ${since}: upgrade Backstage first`;
  return { outcome: 'manual', reason, anchor: 'versions' };
}
