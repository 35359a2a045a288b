/**
 * A score in a word.
 * @param score 1 to 5, of a CallQuality: on the scale of opinion scores 3.6 is where many become dissatisfied (G.107, annex B)
 */
export function qualityWord(score: number): 'good' | 'fair' | 'poor' {
  if (score >= 3.8) return 'good';
  return score >= 2.6 ? 'fair' : 'poor';
}
