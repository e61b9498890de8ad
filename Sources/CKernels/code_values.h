// What the codes of a type stand for, in units of the scale: the values among which the method `search` finds the nearest.
// Specified by `CodeValues`; formats/search.md.

typedef enum { WHOLE_NUMBERS, IQ4_VALUES, NF4_VALUES } value_table;

/// Whole numbers from `lowest` to `highest`, or one of the two tables.
typedef struct {
  value_table table;
  float lowest, highest;
} code_values;

KERNEL wf nf4_nearest_value(wf x) {
  wf value = nf4_table[0];
  _Pragma("clang loop unroll(full)")
  for (int i = 0; i < 15; i++) {
    wf threshold = (nf4_table[i] + nf4_table[i + 1]) / 2, next = nf4_table[i + 1];
    value = x > threshold ? next : value;
  }
  return value;
}

/// The nearest value of each; whole numbers: ties to even, NaN is `lowest`.
KERNEL wf nearest_value(code_values values, wf x) {
  if (values.table == IQ4_VALUES) return iq4_nearest_value(x);
  if (values.table == NF4_VALUES) return nf4_nearest_value(x);
  wf lowest = values.lowest, highest = values.highest;
  x = x > lowest ? x : lowest;
  x = x < highest ? x : highest;
  return x + 12582912.0f - 12582912.0f;
}

/// The same of sixteen weights of one block, as codes: whole numbers count from `lowest`.
KERNEL vu8 nearest_codes(code_values values, vf x) {
  if (values.table == IQ4_VALUES) return iq4_codes(x);
  if (values.table == NF4_VALUES) return nf4_codes(x);
  vf lowest = values.lowest, highest = values.highest;
  x = x > lowest ? x : lowest;
  x = x < highest ? x : highest;
  return low_bytes(integers(x + 12582912.0f - 12582912.0f - lowest));
}

/// 1 / step, 0 for 0.
KERNEL wf reciprocal_wide(wf step) {
  wf zero = 0;
  return step == zero ? zero : 1 / step;
}
