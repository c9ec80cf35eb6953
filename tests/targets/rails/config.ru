# frozen_string_literal: true

# A webchat on real Rails (Action Cable, Active Record, puma) with the REST API and the channel of cablecheck's bundled demo.
# Written for Debian's packages, which need no Gemfile. Settings:
#
#   DATABASE_URL          sqlite3:/folder/chat.sqlite3 or postgresql://user@127.0.0.1:5433/chat
#   CABLE_ADAPTER         async, redis (at REDIS_URL) or postgresql
#   WEBCHAT, AGENT_TOKEN  the one webchat's id, and what its agent must bear
#   ID_COMMIT_DELAY_MS    how long at most a message has its id before it is committed: each a time of its own
#
# How many workers and threads there are, puma is told (-w, -t, --preload).

require "rails"
require "active_record/railtie"
require "action_controller/railtie"
require "action_cable/engine"

WEBCHAT = ENV.fetch("WEBCHAT")
AGENT_TOKEN = ENV.fetch("AGENT_TOKEN")
ID_COMMIT_DELAY_SECONDS = ENV.fetch("ID_COMMIT_DELAY_MS", "0").to_f / 1000
Unauthorized = Class.new(StandardError)

class Webchats < Rails::Application
  config.load_defaults 6.1
  config.root = __dir__
  config.api_only = true
  config.eager_load = true
  config.secret_key_base = SecureRandom.hex(64) # signs nothing that would have to outlive a restart
  config.logger = ActiveSupport::Logger.new($stderr)
  config.log_level = ENV.fetch("LOG_LEVEL", "warn")
  config.action_cable.disable_request_forgery_protection = true # any Origin is welcome, as at the demo
  config.action_cable.cable = { adapter: ENV.fetch("CABLE_ADAPTER"), url: ENV["REDIS_URL"] }.with_indifferent_access
  config.action_dispatch.default_headers = { "Cache-Control" => "no-store", "Content-Type" => "application/json; charset=utf-8" }
  config.action_dispatch.rescue_responses["Unauthorized"] = :unauthorized

  # An error says one word and nothing else, whatever raised it.
  config.exceptions_app = lambda do |env|
    status = env["PATH_INFO"].delete("/").to_i
    headers = config.action_dispatch.default_headers.merge(status == 401 ? { "WWW-Authenticate" => "Bearer" } : {})
    [status, headers, [{ error: Rack::Utils::HTTP_STATUS_CODES[status].downcase }.to_json]]
  end
end

# sqlite3-ruby waits for a lock while it holds Ruby's own: two writers at once would stop the whole process, pings included.
ActiveSupport.on_load(:active_record_sqlite3adapter) do
  prepend(Module.new do
    def configure_connection
      super
      @connection.busy_handler { |tries| sleep(0.005) && tries < 2_000 }
      execute("PRAGMA journal_mode = WAL")
    end

    def begin_db_transaction
      @connection.transaction(:immediate) # one that begins by reading can not wait for its turn to write
    end
  end)
end

class Session < ActiveRecord::Base
  has_many :conversations, -> { order(:position) }
  has_many :messages

  def move! = conversations.create!(id: SecureRandom.hex(8), position: conversations.count)
end

class Conversation < ActiveRecord::Base; end

class Message < ActiveRecord::Base
  belongs_to :session
  # Browsers sort by it, so it must not tie by accident, as far as one can know without a lock.
  before_create { self.created_at ||= [Time.current.floor(3), session.messages.maximum(:created_at)&.+(0.001r)].compact.max }
  after_create { sleep(rand * ID_COMMIT_DELAY_SECONDS) }
  after_create_commit { ActionCable.server.broadcast(conversation_id, { type: "message", **said }) if author == "agent" }

  def said = { id: id.to_s, body: body, created_at: created_at.utc.iso8601(3), conversation: conversation_id }

  def listed = { **said, from: author }
end

class WebchatChannel < ActionCable::Channel::Base
  def subscribed
    id, session, conversation = params.values_at(:id, :session, :conversation).map(&:to_s)
    id == WEBCHAT && Conversation.exists?(id: conversation, session_id: session) ? stream_from(conversation) : reject
  end

  def started_typing(_data) = nil # only the agent would see it
end

class ChatController < ActionController::API
  include ActionController::HttpAuthentication::Token::ControllerMethods

  NUMBER = /\A[1-9][0-9]{0,17}\z/.freeze
  MOMENT = /\A(19[789]\d|2\d{3})-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\z/.freeze

  def begin
    raise ActiveRecord::RecordNotFound unless params[:webchat] == WEBCHAT

    conversation = Session.transaction { Session.create!(id: SecureRandom.hex(16), webchat: WEBCHAT).move! }
    render json: { session: conversation.session_id, conversation: conversation.id }, status: :created
  end

  def move
    admit_agent
    render json: { conversation: session_of(text("session")).move!.id }, status: :created
  end

  def say
    message = fields.key?("session") ? from_visitor : from_agent
    render json: message.said, status: :created
  end

  def list
    session, limit, after = request.query_parameters.values_at("session", "limit", "after_id")
    most = [number(limit || "100", ActionController::BadRequest), 1000].min
    messages = session_of(session).messages.order(:id)
    messages = messages.where("id > ?", messages.find(number(after, ActiveRecord::RecordNotFound)).id) if after
    page = messages.limit(most + 1).to_a
    following = page[most - 1].id.to_s if page.size > most
    render json: { messages: page.first(most).map(&:listed), next: following }
  end

  private

  def from_visitor
    body, session = text("body"), session_of(text("session"))
    session.messages.create!(conversation_id: session.conversations.last.id, body: body, author: "visitor")
  end

  def from_agent
    admit_agent
    body, id, created_at = text("body"), text("conversation"), (moment unless fields["created_at"].nil?)
    session = Session.joins(:conversations).find_by!(webchat: params[:webchat], conversations: { id: id })
    session.messages.create!(conversation_id: id, body: body, author: "agent", created_at: created_at)
  end

  def admit_agent
    authenticate_with_http_token { |token| ActiveSupport::SecurityUtils.secure_compare(token, AGENT_TOKEN) } || raise(Unauthorized)
  end

  def session_of(token) = Session.find_by!(id: token.to_s, webchat: params[:webchat])

  def fields
    @fields ||= JSON.parse(request.raw_post).tap { |read| raise ActionController::BadRequest unless read.is_a?(Hash) }
  rescue JSON::ParserError
    raise ActionController::BadRequest
  end

  def text(name, like = /\A[^\0]*\z/) # PostgreSQL takes no NUL
    value = fields[name]
    value.is_a?(String) && value.valid_encoding? && value.match?(like) ? value : raise(ActionController::BadRequest)
  end

  def moment
    DateTime.iso8601(text("created_at", MOMENT)).to_time.floor(3)
  rescue ArgumentError
    raise ActionController::BadRequest
  end

  def number(digits, otherwise) = digits.to_s.match?(NUMBER) ? digits.to_i : raise(otherwise)
end

Webchats.initialize!

Rails.application.routes.draw do
  get "up", to: ->(_env) { [200, { "Content-Type" => "text/plain" }, [WEBCHAT]] }
  scope "v1/public/webchats/:webchat", constraints: { webchat: %r{[^/]+} }, format: false, controller: "chat" do
    post :sessions, action: :begin
    post :conversations, action: :move
    post :messages, action: :say
    get :messages, action: :list
  end
end

ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table(:sessions, id: :string, if_not_exists: true) { |t| t.string :webchat, null: false }
  create_table(:conversations, id: :string, if_not_exists: true) do |t|
    t.references :session, type: :string, null: false, foreign_key: true
    t.integer :position, null: false
  end
  create_table(:messages, if_not_exists: true) do |t|
    t.references :session, type: :string, null: false, foreign_key: true
    t.string :conversation_id, :author, null: false
    t.text :body, null: false
    t.datetime :created_at, precision: 3, null: false
  end
end
ActiveRecord::Base.clear_all_connections! # a worker that is forked from here opens its own

run Rails.application
