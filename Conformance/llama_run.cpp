// What llama.cpp makes of a model, written as little-endian numbers without a header:
//
// llama-run tokens MODEL TEXT OUTPUT              the tokens (i32) of a file of text: with those that begin and end a text,
//                                                 and special tokens where their text stands
// llama-run logits MODEL TOKENS LENGTH OUTPUT     for each token of a file of tokens, a logit (f32) of every token to follow
// llama-run embeddings MODEL TOKENS LENGTH OUTPUT for each token, its embedding (f32)
// llama-run pooled MODEL TOKENS LENGTH OUTPUT     for each piece, the embedding of all its tokens (f32)
// llama-run classes MODEL TOKENS LENGTH OUTPUT    for each piece, a logit (f32) of every class
//
// The tokens are computed in pieces of LENGTH, the last of which may be shorter, or of several lengths, as 12,9,30, which are
// those of all pieces; no piece knows of another.
//
// llama-run tell MODEL PROMPT LENGTH              prints the prompt and what the model likes best to follow, until LENGTH
//                                                 tokens or its end
//
// One thread, no flash attention, keys and values in f32. llama-perplexity and llama-completion would do for some of it, but
// in this version of llama.cpp what they print last can get lost (ggml-org/llama.cpp#22142).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "llama.h"

namespace {

[[noreturn]] void fail(const std::string & what) {
    std::fprintf(stderr, "llama-run: %s\n", what.c_str());
    std::exit(1);
}

std::string contents(const std::string & path) {
    std::ifstream input(path, std::ios::binary);
    if (!input) fail("cannot read " + path);
    return std::string((std::istreambuf_iterator<char>(input)), {});
}

struct Output {
    std::string path;
    std::ofstream stream;

    explicit Output(const std::string & path) : path(path), stream(path, std::ios::binary) {}

    template <typename Number> void write(const Number * numbers, size_t count) {
        if (numbers == nullptr) fail("nothing was computed");
        stream.write(reinterpret_cast<const char *>(numbers), count * sizeof(Number));
    }

    void finish() {
        if (!stream.flush()) fail("cannot write " + path);
    }
};

llama_model * load(const std::string & path, bool vocabulary_only) {
    llama_log_set([](ggml_log_level level, const char * text, void *) {
        if (level == GGML_LOG_LEVEL_ERROR) std::fputs(text, stderr);
    }, nullptr);
    llama_backend_init();
    llama_model_params parameters = llama_model_default_params();
    parameters.n_gpu_layers = 0;
    parameters.vocab_only = vocabulary_only;
    llama_model * model = llama_model_load_from_file(path.c_str(), parameters);
    if (model == nullptr) fail("cannot load " + path);
    return model;
}

std::vector<llama_token> tokens_of(const llama_model * model, const std::string & text) {
    std::vector<llama_token> tokens(text.size() + 8);
    const int count = llama_tokenize(llama_model_get_vocab(model), text.data(), text.size(), tokens.data(), tokens.size(),
                                     /* add_special */ true, /* parse_special */ true);
    if (count < 0) fail("the text has too many tokens");
    tokens.resize(count);
    return tokens;
}

enum class Result { logits, embeddings, pooled, classes };

struct Runner {
    llama_model * model;
    llama_context * context;
    int vocabulary_size;

    Runner(const std::string & path, int length, Result result) : model(load(path, false)) {
        llama_context_params parameters = llama_context_default_params();
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = length;
        parameters.n_threads = parameters.n_threads_batch = 1;
        parameters.type_k = parameters.type_v = GGML_TYPE_F32;
        parameters.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
        parameters.embeddings = result != Result::logits;
        if (result == Result::embeddings) parameters.pooling_type = LLAMA_POOLING_TYPE_NONE;
        if (result == Result::classes) parameters.pooling_type = LLAMA_POOLING_TYPE_RANK;
        context = llama_init_from_model(model, parameters);
        if (context == nullptr) fail("cannot make a context");
        vocabulary_size = llama_vocab_n_tokens(llama_model_get_vocab(model));
    }

    // Computes tokens from the first position on, with results for those from `first` on.
    void compute(const llama_token * tokens, int count, int first) {
        llama_memory_clear(llama_get_memory(context), true);
        llama_batch batch = llama_batch_init(count, 0, 1);
        batch.n_tokens = count;
        for (int index = 0; index < count; index++) {
            batch.token[index] = tokens[index];
            batch.pos[index] = index;
            batch.n_seq_id[index] = 1;
            batch.seq_id[index][0] = 0;
            batch.logits[index] = index >= first;
        }
        if (llama_decode(context, batch) != 0) fail("cannot compute");
        llama_batch_free(batch);
    }
};

void write_tokens(const std::string & model, const std::string & text_path, const std::string & output_path) {
    const std::vector<llama_token> tokens = tokens_of(load(model, true), contents(text_path));
    Output output(output_path);
    output.write(tokens.data(), tokens.size());
    output.finish();
}

int number(const std::string & word) {
    const int length = std::atoi(word.c_str());
    if (length < 1) fail("no length: " + word);
    return length;
}

// How many tokens are in each piece.
std::vector<int> piece_lengths(const std::string & words, size_t tokens) {
    std::vector<int> lengths;
    std::istringstream stream(words);
    for (std::string word; std::getline(stream, word, ',');) lengths.push_back(number(word));
    if (lengths.size() == 1) {
        const size_t length = lengths[0];
        lengths.assign(tokens / length, length);
        if (tokens % length != 0) lengths.push_back(tokens % length);
    }
    if (lengths.empty() || std::accumulate(lengths.begin(), lengths.end(), size_t(0)) != tokens) {
        fail("pieces of " + words + ", but " + std::to_string(tokens) + " tokens");
    }
    return lengths;
}

void write_results(Result result, const std::string & model, const std::string & tokens_path, const std::string & words,
                   const std::string & output_path) {
    const std::string bytes = contents(tokens_path);
    std::vector<llama_token> tokens(bytes.size() / sizeof(llama_token));
    std::copy_n(bytes.data(), tokens.size() * sizeof(llama_token), reinterpret_cast<char *>(tokens.data()));
    const std::vector<int> lengths = piece_lengths(words, tokens.size());
    Runner runner(model, *std::max_element(lengths.begin(), lengths.end()), result);
    const int width = result == Result::classes ? llama_model_n_cls_out(runner.model) : llama_model_n_embd_out(runner.model);
    Output output(output_path);
    const llama_token * piece = tokens.data();
    for (const int count : lengths) {
        runner.compute(piece, count, 0);
        piece += count;
        if (result == Result::pooled || result == Result::classes) {
            output.write(llama_get_embeddings_seq(runner.context, 0), width);
            continue;
        }
        for (int index = 0; index < count; index++) {
            if (result == Result::logits) {
                output.write(llama_get_logits_ith(runner.context, index), runner.vocabulary_size);
            } else {
                output.write(llama_get_embeddings_ith(runner.context, index), width);
            }
        }
    }
    output.finish();
}

void tell(const std::string & model, const std::string & prompt, int length) {
    Runner runner(model, length, Result::logits);
    const llama_vocab * vocabulary = llama_model_get_vocab(runner.model);
    std::vector<llama_token> tokens = tokens_of(runner.model, prompt);
    if (tokens.empty()) fail("the prompt has no tokens");
    std::printf("%s", prompt.c_str());
    while (static_cast<int>(tokens.size()) < length) {
        const int last = tokens.size() - 1;
        runner.compute(tokens.data(), tokens.size(), last);
        const float * logits = llama_get_logits_ith(runner.context, last);
        const llama_token best = std::max_element(logits, logits + runner.vocabulary_size) - logits;
        if (llama_vocab_is_eog(vocabulary, best)) break;
        char piece[256];
        const int count = llama_token_to_piece(vocabulary, best, piece, sizeof piece, 0, false);
        if (count < 0) fail("a token is longer than 256 bytes");
        std::printf("%.*s", count, piece);
        tokens.push_back(best);
    }
    std::printf("\n");
}

} // namespace

int main(int count, char ** arguments) {
    const std::vector<std::string> words(arguments + 1, arguments + count);
    const std::map<std::string, Result> results = {{"logits", Result::logits}, {"embeddings", Result::embeddings},
                                                   {"pooled", Result::pooled}, {"classes", Result::classes}};
    const std::string command = words.empty() ? "" : words[0];
    if (command == "tokens" && words.size() == 4) {
        write_tokens(words[1], words[2], words[3]);
    } else if (results.count(command) != 0 && words.size() == 5) {
        write_results(results.at(command), words[1], words[2], words[3], words[4]);
    } else if (command == "tell" && words.size() == 4) {
        tell(words[1], words[2], number(words[3]));
    } else {
        fail("see the head of Conformance/llama_run.cpp");
    }
    return 0;
}
