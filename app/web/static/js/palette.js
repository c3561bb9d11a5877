/**
 * Colours of the data. One hue family from light to dark, equal steps of lightness (L* 88 to 30), so that
 * the order survives the three colour-blindnesses and a grey printer.
 */

export const SEQUENTIAL = ['#bee4e7', '#7dc7d4', '#32a2bf', '#007ba5', '#004f7d'];
/**
 * Need crossed with supply, lightest first: oranges as the need grows, blues as the supply shrinks. Any two
 * differ by 19 (CIELAB) or more for every colour-blindness, and each step is darker than the one before.
 */
export const CROSSED = ['#f2f3f3', '#a8d0e8', '#3d8fc4', '#f5cd8e', '#aba38f', '#46677f', '#e08a1e', '#93601f', '#26242b'];
export const ZERO = '#ffffff';
/** A square that no place of practice serves: warm against the blues, edged to stand out in grey; pale where few live. */
export const UNCOVERED = '#e8871e';
export const UNCOVERED_FEW = '#f8d9b4';
export const UNCOVERED_EDGE = '#6b3a00';
export const FEW = 'url(#dots)';
export const UNKNOWN = 'url(#hatch)';
export const OUTLINE = '#46525c';
export const SELECTED = '#14181b';
export const QPV = '#9c1c4e';
export const HALO = '#ffffff';

/** @param {import('./classes.js').Band} band */
export function fillOf(band) {
  if (band.kind === 'zero' || band.kind === 'beyond') return ZERO;
  if (band.kind === 'cross') return CROSSED[band.rank];
  if (band.kind === 'few' || band.kind === 'suppressed') return FEW;
  return band.kind === 'unknown' ? UNKNOWN : SEQUENTIAL[band.rank];
}
