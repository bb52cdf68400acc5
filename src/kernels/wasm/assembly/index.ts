/**
 * Our kernels in WebAssembly, on maps `[H, W, C]` of float32 in the memory that they share with tfjs. In AssemblyScript; `npm run
 * kernels` compiles it.
 */
import {
  ATTEND,
  ATTEND_BACK,
  ATTEND_GATHER,
  CONVOLVE,
  FILL_BAND,
  MEASURE,
  MULTIPLY,
  NORMALISE,
  NORM_BACK,
  NORM_SLOPE,
  OPERATION,
  PACK_ACROSS,
  PACK_DOWN,
  PACK_FILTER,
  TRANSFORM_BACK,
  TRANSFORM_FILTER,
  TRANSFORM_TILES,
} from '../fields';
import { attend, attendBack, attendGather } from './attention';
import { fillBand } from './band';
import { convolve, packFilter } from './direct';
import { field } from './job';
import { measure, normBack, normSlope, normalise } from './norm';
import { packAcross, packDown } from './pack';
import { multiply, transformBack, transformFilter, transformTiles } from './winograd';

/** Does one unit of a job. @param place of the thread: each has a workspace of its own */
export function work(job: usize, unit: i32, place: i32): void {
  const operation = field(job, OPERATION);
  if (operation == TRANSFORM_FILTER) transformFilter(job, unit);
  else if (operation == FILL_BAND) fillBand(job, unit);
  else if (operation == TRANSFORM_TILES) transformTiles(job, unit);
  else if (operation == MULTIPLY) multiply(job, unit);
  else if (operation == TRANSFORM_BACK) transformBack(job, unit);
  else if (operation == MEASURE) measure(job, unit);
  else if (operation == NORMALISE) normalise(job, unit);
  else if (operation == NORM_SLOPE) normSlope(job, unit);
  else if (operation == NORM_BACK) normBack(job, unit);
  else if (operation == PACK_ACROSS) packAcross(job, unit);
  else if (operation == PACK_DOWN) packDown(job, unit);
  else if (operation == ATTEND) attend(job, unit, place);
  else if (operation == ATTEND_BACK) attendBack(job, unit, place);
  else if (operation == ATTEND_GATHER) attendGather(job, unit, place);
  else if (operation == PACK_FILTER) packFilter(job, unit);
  else if (operation == CONVOLVE) convolve(job, unit, place);
}
