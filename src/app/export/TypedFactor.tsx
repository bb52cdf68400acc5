/** A scale factor and a shift as they are typed. */
export interface TypedNumbers {
  scale: string;
  shift: string;
}

const LABELS: Readonly<Record<keyof TypedNumbers, string>> = { scale: 'factor', shift: 'shift' };

/** The two fields in which a scale factor that has no name is typed. */
export function TypedFactor(props: { value: TypedNumbers; onChange(value: TypedNumbers): void }) {
  const { value, onChange } = props;
  return (['scale', 'shift'] as const).map((field) => (
    <label key={field} className="labelled">
      <span className="label">{LABELS[field]}</span>
      <input
        type="text"
        inputMode="decimal"
        className="field"
        size={8}
        placeholder={field === 'shift' ? '0' : undefined}
        value={value[field]}
        onChange={(event) => onChange({ ...value, [field]: event.target.value })}
      />
    </label>
  ));
}
