/** Writes down an ONNX graph node by node. Values are known by their names; maps are `[1, C, H, W]`, as PyTorch has them. */
import { encodeFloat16 } from '@/models/files/float16';
import { ATTRIBUTE, type Attribute, DATA_TYPE, encodeModel, type Initializer, type Node } from './messages';

export type Precision = 'float32' | 'float16';

/** A value in the graph: its name and its shape. */
export interface Named {
  name: string;
  shape: readonly number[];
}

type AttributeValue = number | string | readonly number[] | { float: number };

/** Opset 17, in use since torch 1.13; every operation below has the same meaning in later ones. */
const OPSET = 17;
const IR_VERSION = 8;

export class Graph {
  private readonly nodes: Node[] = [];
  private readonly initializers: Initializer[] = [];
  private readonly known = new Set<string>();

  constructor(
    private readonly name: string,
    private readonly precision: Precision,
  ) {}

  /** Adds an operation with one output, of the shape given. `''` stands for an input that is left out. */
  node(
    opType: string,
    inputs: readonly (Named | string)[],
    shape: readonly number[],
    attributes: Record<string, AttributeValue> = {},
  ): Named {
    const name = `/${opType}_${this.nodes.length}`;
    this.nodes.push({
      opType,
      name,
      input: inputs.map((input) => (typeof input === 'string' ? input : input.name)),
      output: [`${name}_output`],
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
    return { name: `${name}_output`, shape };
  }

  /** A tensor of the graph's precision, entered once under its name. */
  constant(name: string, shape: readonly number[], values: Float32Array): Named {
    const numbers = this.precision === 'float16' ? encodeFloat16(values) : values;
    return this.enter(name, shape, DATA_TYPE[this.precision], numbers);
  }

  /** Always float32: what scales a resize is not of the map's precision. */
  single(name: string, values: readonly number[]): Named {
    return this.enter(name, [values.length], DATA_TYPE.float32, Float32Array.from(values));
  }

  integers(values: readonly number[]): Named {
    const name = `integers ${values.join(' ')}`;
    return this.enter(name, [values.length], DATA_TYPE.int64, BigInt64Array.from(values, BigInt));
  }

  /** The bytes of the graph as a file, from `input` to `output`. */
  file(input: Named, output: Named): Uint8Array {
    const dataType = DATA_TYPE[this.precision];
    const result = { name: 'output', dims: output.shape, dataType };
    const identity: Node = {
      opType: 'Identity',
      name: '/output',
      input: [output.name],
      output: [result.name],
      attribute: [],
    };
    return encodeModel({
      irVersion: IR_VERSION,
      opset: OPSET,
      name: this.name,
      nodes: [...this.nodes, identity],
      initializers: this.initializers,
      inputs: [{ name: input.name, dims: input.shape, dataType }],
      outputs: [result],
    });
  }

  private enter(
    name: string,
    shape: readonly number[],
    dataType: number,
    values: Float32Array | Uint16Array | BigInt64Array,
  ): Named {
    if (!this.known.has(name)) {
      this.known.add(name);
      const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      this.initializers.push({ name, dims: shape, dataType, rawData });
    }
    return { name, shape };
  }
}

function attribute(name: string, value: AttributeValue): Attribute {
  if (typeof value === 'string') return { name, type: ATTRIBUTE.string, s: new TextEncoder().encode(value) };
  if (typeof value === 'number') return { name, type: ATTRIBUTE.int, i: value };
  if ('float' in value) return { name, type: ATTRIBUTE.float, f: value.float };
  return { name, type: ATTRIBUTE.ints, ints: value };
}
