import { followsFromBody } from './compare';
import type { ParityDifference } from './difference';
import { BODY_HEADER_RULE, type ParityRule, type ParityRuleContext } from './rules';

/** Gives each difference the first rule that explains it, if any. */
export function explainDifferences(
  differences: readonly ParityDifference[],
  rules: readonly ParityRule[],
  context: ParityRuleContext,
): readonly ParityDifference[] {
  const judged = differences.map(difference => {
    const rule = rules.find(candidate => candidate.explains(difference, context));
    return rule ? { ...difference, ignored: { rule: rule.name, reason: rule.reason } } : difference;
  });
  const derived = judged.map(difference =>
    !difference.ignored && isDigestOfIds(difference, judged)
      ? { ...difference, ignored: DIGEST_OF_IDS }
      : difference,
  );
  return explainBodyHeaders(derived);
}

const DIGEST_OF_IDS = {
  rule: 'digest-of-ids',
  reason: 'calculated from an object of which nothing but random ids and the like is different',
};

/** A hash in an object whose other differences are all explained, one of them as a generated id. */
function isDigestOfIds(difference: ParityDifference, all: readonly ParityDifference[]): boolean {
  const { part, path, left, right } = difference;
  if (part !== 'body' || !isDigest(left) || !isDigest(right) || left.length !== right.length) {
    return false;
  }
  const parent = path.replace(/(?:\.[\w$]+|\[[^\]]+\])$/, '');
  const siblings = all.filter(each => each !== difference && each.path.startsWith(parent));
  const others = siblings.filter(each => !(isDigest(each.left) && isDigest(each.right)));
  return (
    others.every(({ ignored }) => ignored) &&
    others.some(({ ignored }) => ignored?.rule === 'generated-id')
  );
}

function isDigest(value: unknown): value is string {
  return typeof value === 'string' && /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
}

/** Headers that differ only because an explained difference of the body does. */
function explainBodyHeaders(judged: readonly ParityDifference[]): readonly ParityDifference[] {
  const bodyDiffers = judged.some(({ part }) => part === 'body');
  const bodyExplained = judged.every(({ part, ignored }) => part !== 'body' || ignored);
  if (!bodyDiffers || !bodyExplained) {
    return judged;
  }
  return judged.map(difference =>
    !difference.ignored && followsFromBody(difference)
      ? {
          ...difference,
          ignored: {
            rule: BODY_HEADER_RULE,
            reason: 'follows from an explained difference of the body',
          },
        }
      : difference,
  );
}
