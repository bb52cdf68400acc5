/**
 * The part of ONNX's file format that a network of convolutions needs, with the field numbers of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
import protobuf from 'protobufjs/light';

const field = (id: number, type: string) => ({ id, type });
const repeated = (id: number, type: string) => ({ id, type, rule: 'repeated' });
/** proto2's way: every number of a list has a key of its own. */
const numbers = (id: number, type: string) => ({ id, type, rule: 'repeated', options: { packed: false } });

const root = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: field(1, 'int64'),
        producerName: field(2, 'string'),
        graph: field(7, 'GraphProto'),
        opsetImport: repeated(8, 'OperatorSetIdProto'),
      },
    },
    OperatorSetIdProto: { fields: { domain: field(1, 'string'), version: field(2, 'int64') } },
    GraphProto: {
      fields: {
        node: repeated(1, 'NodeProto'),
        name: field(2, 'string'),
        initializer: repeated(5, 'TensorProto'),
        input: repeated(11, 'ValueInfoProto'),
        output: repeated(12, 'ValueInfoProto'),
      },
    },
    NodeProto: {
      fields: {
        input: repeated(1, 'string'),
        output: repeated(2, 'string'),
        name: field(3, 'string'),
        opType: field(4, 'string'),
        attribute: repeated(5, 'AttributeProto'),
      },
    },
    AttributeProto: {
      fields: {
        name: field(1, 'string'),
        f: field(2, 'float'),
        i: field(3, 'int64'),
        s: field(4, 'bytes'),
        ints: numbers(8, 'int64'),
        type: field(20, 'int32'),
      },
    },
    TensorProto: {
      fields: {
        dims: numbers(1, 'int64'),
        dataType: field(2, 'int32'),
        name: field(8, 'string'),
        rawData: field(9, 'bytes'),
      },
    },
    ValueInfoProto: { fields: { name: field(1, 'string'), type: field(2, 'TypeProto') } },
    TypeProto: { fields: { tensorType: field(1, 'TensorTypeProto') } },
    TensorTypeProto: { fields: { elemType: field(1, 'int32'), shape: field(2, 'TensorShapeProto') } },
    TensorShapeProto: { fields: { dim: repeated(1, 'Dimension') } },
    Dimension: { fields: { dimValue: field(1, 'int64') } },
  },
});

const ModelProto = root.lookupType('ModelProto');

/** Values of `AttributeProto.type`. */
export const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** Values of `TensorProto.dataType`. */
export const DATA_TYPE = { float32: 1, int64: 7, float16: 10 } as const;

export interface Attribute {
  name: string;
  type: number;
  f?: number;
  i?: number;
  s?: Uint8Array;
  ints?: readonly number[];
}

export interface Node {
  opType: string;
  name: string;
  input: readonly string[];
  output: readonly string[];
  attribute: readonly Attribute[];
}

export interface Initializer {
  name: string;
  dims: readonly number[];
  dataType: number;
  rawData: Uint8Array;
}

export interface Value {
  name: string;
  dims: readonly number[];
  dataType: number;
}

export interface Model {
  irVersion: number;
  opset: number;
  name: string;
  nodes: readonly Node[];
  initializers: readonly Initializer[];
  inputs: readonly Value[];
  outputs: readonly Value[];
}

/** The bytes of an `.onnx` file. */
export function encodeModel(model: Model): Uint8Array {
  const value = ({ name, dims, dataType }: Value) => ({
    name,
    type: {
      tensorType: { elemType: dataType, shape: { dim: dims.map((dimValue) => ({ dimValue })) } },
    },
  });
  return ModelProto.encode({
    irVersion: model.irVersion,
    producerName: 'latent-inspector',
    opsetImport: [{ domain: '', version: model.opset }],
    graph: {
      name: model.name,
      node: model.nodes,
      initializer: model.initializers,
      input: model.inputs.map(value),
      output: model.outputs.map(value),
    },
  }).finish();
}
