// llama-readers header|model FILE: what llama.cpp says of a file. 0: accepted, 1: refused, with the reason on stdout.
//
// header: gguf_init_from_file without the data, which is how llama.cpp's loader opens a file.
// model: llama_model_load_from_file on the CPU, with its check of the tensors' blocks: all that happens before the first
// token is computed.
#include <pthread.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "ggml-cpu.h"
#include "ggml.h"
#include "gguf.h"
#include "llama.h"

namespace {

std::string last_error;

void remember(ggml_log_level level, const char * text, void *) {
    if (level == GGML_LOG_LEVEL_ERROR && last_error.empty()) {
        last_error = text;
    }
}

int refused() {
    std::printf("%s\n", last_error.empty() ? "no reason given" : last_error.c_str());
    return 1;
}

int read_header(const char * path) {
    ggml_context * tensors = nullptr;
    gguf_init_params parameters = {/*.no_alloc =*/ true, /*.ctx =*/ &tensors};
    gguf_context * header = gguf_init_from_file(path, parameters);
    if (header == nullptr) {
        return refused();
    }
    gguf_free(header);
    ggml_free(tensors);
    return 0;
}

// The check of tensors starts a thread for each, and 8 MiB of stack for each count against the limit of address space.
void make_stacks_small() {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 256 << 10);
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
}

int load_model(const char * path) {
    make_stacks_small();
    llama_backend_init();
    llama_model_params parameters = llama_model_default_params();
    parameters.n_gpu_layers = 0;
    parameters.check_tensors = true;
    llama_model * model = llama_model_load_from_file(path, parameters);
    if (model == nullptr) {
        return refused();
    }
    llama_model_free(model);
    return 0;
}

}  // namespace

int main(int count, char ** arguments) {
    if (count != 3) {
        return 64;
    }
    ggml_log_set(remember, nullptr);
    llama_log_set(remember, nullptr);
    const std::string what = arguments[1];
    return what == "header" ? read_header(arguments[2]) : what == "model" ? load_model(arguments[2]) : 64;
}
