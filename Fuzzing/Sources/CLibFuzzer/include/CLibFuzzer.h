// What libFuzzer needs beside the function that takes an input; nothing of it is called from Swift.
