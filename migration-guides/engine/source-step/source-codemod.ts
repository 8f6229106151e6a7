import type { ParsedModule } from '../parse-module';
import type { GuideStep, Outcome } from '../plan';
import type { SourcePackage, SourceRepository } from './source-repository';

/** A package that a rewritten file imports from. */
export interface PackageUse {
  readonly name: string;
  /** The first version that has what is imported. */
  readonly since: string;
}

/** Something to report about a file. */
export interface Finding {
  readonly line?: number;
  readonly outcome: Outcome;
  readonly reason: string;
  /** A heading of the step's guide, or `step#heading` of another. */
  readonly anchor: string;
}

/** What a step makes of one file. */
export interface SourceRewrite {
  readonly text: string;
  readonly uses: readonly PackageUse[];
  readonly findings: readonly Finding[];
}

/** Rewrites one file, which is of the given package. */
export type RewriteSource = (module: ParsedModule, owner: SourcePackage) => SourceRewrite;

/** A step that looks at every source file by itself. */
export interface SourceCodemod {
  readonly step: GuideStep;
  /** What a file has to contain to be looked at: most do not. */
  readonly marks: RegExp;
  /** Packages that package.json need not name any more when no file of the package does. */
  readonly replaces: readonly string[];
  /**
   * Called once, before all files.
   *
   * @param files - those that will be rewritten
   */
  start(repository: SourceRepository, files: readonly string[]): RewriteSource;
}
