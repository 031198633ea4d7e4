mod errors;
mod launch;
mod parse;
mod render;
mod wire;
