import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';

console.log(JSON.stringify([...tf.randomUniform([3], -1, 1, 'float32', 1).dataSync()]));
