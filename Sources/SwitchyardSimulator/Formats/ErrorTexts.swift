extension ErrorKind {
    /// What a provider says, in a sentence; every one is labelled.
    func text(model: String?) -> String {
        let model = model ?? "that model"
        let sentence =
            switch self {
            case .invalidRequest: "The request is invalid."
            case .auth: "Incorrect API key provided."
            case .permission: "This key may not use \(model)."
            case .notFound: "The model \(model) does not exist."
            case .rateLimit: "Rate limit reached for \(model)."
            case .quota: "You exceeded your current quota, please check your plan and billing details."
            case .contextOverflow: "The prompt is longer than the context window of \(model)."
            case .server: "The server had an error while processing your request."
            case .unavailable: "The service is temporarily unavailable."
            case .timeout: "The request took too long."
            case .overloaded: "The server is overloaded. Please try again later."
            }
        return "[simulated] " + sentence
    }
}
