/** People by age, brought to the four ages one speaks of. */

const GROUPS = [
  { label: 'Moins de 18 ans', classes: ['0-3', '4-5', '6-10', '11-17'] },
  { label: '18 à 39 ans', classes: ['18-24', '25-39'] },
  { label: '40 à 64 ans', classes: ['40-54', '55-64'] },
  { label: '65 ans et plus', classes: ['65-79', '80+'] },
];

/**
 * @param {Record<string, number>|null} ages of the squares, null where the age of some is unknown
 * @returns {Array<{label: string, people: number}>|null} null too where the squares have other classes
 */
export function groupedAges(ages) {
  if (!ages || GROUPS.some(({ classes }) => classes.some((name) => !(name in ages)))) return null;
  return GROUPS.map(({ label, classes }) => ({ label, people: classes.reduce((sum, name) => sum + ages[name], 0) }));
}
