import { followsFromBody } from './compare';
import type { ParityDifference } from './difference';
import { BODY_HEADER_RULE, type ParityRule, type ParityRuleContext } from './rules';

/** Gives each difference the first rule that explains it, if any. */
export function explainDifferences(
  differences: readonly ParityDifference[],
  rules: readonly ParityRule[],
  context: ParityRuleContext,
): ParityDifference[] {
  const judged = differences.map(difference => {
    const rule = rules.find(candidate => candidate.explains(difference, context));
    return rule ? { ...difference, ignored: { rule: rule.name, reason: rule.reason } } : difference;
  });
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
