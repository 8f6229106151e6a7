import { GuideError } from '../errors';
import { parseModule } from '../parse-module';
import type { FileEdit, ReportEntry } from '../plan';
import type { SourceText } from '../read-source';
import { fileEdit } from '../source-edit';
import { settleDependencies, type RewrittenFile } from './settle-dependencies';
import type { Finding, SourceCodemod } from './source-codemod';
import { textOf, type SourcePackage, type SourceRepository } from './source-repository';

/** What a source step wants to change, and what it says about it. */
export interface SourceChanges {
  readonly edits: readonly FileEdit[];
  readonly report: readonly ReportEntry[];
}

/** Code that a generator writes again. */
const GENERATED = /^\s*(\/\/|\/?\*).*(@generated|do not (edit|modify)|auto-?generated)/im;

/** How much of a file may hold the words of its generator. */
const HEADER_LENGTH = 1000;

/** Nobody writes larger files by hand, and it takes long to understand them. In characters. */
const MAX_LENGTH = 2 * 1024 * 1024;

/**
 * Runs a step over source files, each by itself, and over the package.json of the packages they are of.
 * A file that can not be read or does not parse is left to a person; the others go ahead.
 */
export function planSourceStep(
  repository: SourceRepository,
  codemod: SourceCodemod,
  files: readonly string[] = repository.files,
): SourceChanges {
  const edits: FileEdit[] = [];
  const report: ReportEntry[] = [];
  const rewritten = new Map<SourcePackage, RewrittenFile[]>();
  let rewrite: ReturnType<SourceCodemod['start']> | undefined;
  for (const file of files) {
    const owner = repository.packageOf(file);
    const problem = owner ? undefined : repository.problemOfPackage(file);
    if (!owner && problem === undefined) continue;
    const found = textOf(repository, file);
    if (!codemod.marks.test(found)) continue;
    const entry = (finding: Finding): void => void report.push(toEntry(codemod, file, finding));
    if (!owner || found.length > MAX_LENGTH) {
      const reason = problem ?? `is larger than ${MAX_LENGTH / 1024 ** 2} MB, and not looked into`;
      entry({ outcome: 'manual', reason, anchor: 'what-changes' });
      continue;
    }
    try {
      const source = repository.read(file);
      if (isGenerated(source)) {
        entry({ outcome: 'skipped', reason: 'is generated code', anchor: 'what-changes' });
        continue;
      }
      rewrite ??= codemod.start(repository, files);
      const { text, uses, findings } = rewrite(parseModule(source), owner);
      findings.forEach(entry);
      if (text === source.text) continue;
      const edit = fileEdit(source, text);
      if (!edit) continue;
      edits.push(edit);
      rewritten.set(owner, [...(rewritten.get(owner) ?? []), { file, text, uses }]);
    } catch (error) {
      if (!(error instanceof GuideError)) throw error;
      entry({ outcome: 'manual', reason: error.message, anchor: 'what-changes' });
    }
  }
  for (const [owner, each] of rewritten) {
    const guide = `${codemod.step}#dependencies`;
    const settled = settleDependencies(repository, owner, each, codemod.replaces, guide);
    if (settled.edit) edits.push(settled.edit);
    report.push(...settled.report);
  }
  return { edits, report };
}

function toEntry(
  { step }: SourceCodemod,
  file: string,
  { line, outcome, reason, anchor }: Finding,
): ReportEntry {
  const guide = anchor.includes('#') ? anchor : `${step}#${anchor}`;
  return { file, ...(line === undefined ? {} : { line }), outcome, reason, guide };
}

function isGenerated({ text }: SourceText): boolean {
  return GENERATED.test(text.slice(0, HEADER_LENGTH));
}
