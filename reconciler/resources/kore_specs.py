"""Kore.ai's kinds as manifests write them: models in the vendor's spelling.

See docs/vendors/kore.md 4.

What each API version requires or refuses is in the field tables of `resources.kore`.
"""

from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StrictBool,
    StrictInt,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from reconciler.resources.calling_hours import CallingHours
from reconciler.resources.message_text import decoded
from reconciler.resources.spec import Spec
from reconciler.resources.spellings import with_words


def _priority(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


def _plain(value: str) -> str:
    plain = decoded(with_words(value))
    if plain is not None:
        raise PydanticCustomError(
            "encoded", 'write the message as people read it: "{plain}"', {"plain": plain}
        )
    return value


def _phone(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        raise PydanticCustomError(
            "unquoted_phone",
            'YAML reads an unquoted phone number as an integer; quote it: "+{value}"',
            {"value": str(value)},
        )
    return value


Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(min_length=1, max_length=48)]
Sender = Annotated[
    str,
    Field(min_length=1),
    BeforeValidator(_phone),
    WithJsonSchema({"type": "string", "minLength": 1, "examples": ["+12025550123", "732873"]}),
]
Priority = Annotated[
    Literal["1", "2", "3", "4", "5"],
    BeforeValidator(_priority),
    WithJsonSchema(
        {
            "description": "1 to 5, higher first.",
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": 5},
                {"type": "string", "enum": ["1", "2", "3", "4", "5"]},
            ],
        }
    ),
]


class CallerId(Spec):
    """Whom people see as the sender or caller."""

    phone_number: Annotated[
        Sender,
        Field(description="In E.164, quoted; for SMS also a short code or a sender id."),
    ]


class DncLists(Spec):
    """The do-not-call list that the campaign respects, by name."""

    name: Annotated[Text, Field(description="The campaign's do-not-call list, by name.")]


class Schedule(Spec):
    """Only `false` can be declared: other values are not documented (docs/vendors/kore.md 4.1)."""

    is_scheduling_enabled: Annotated[
        Literal[False], Field(description="Only false: use the command schedule.")
    ]


class SmsMessage(Spec):
    """A message's text, or a template's name with its approved text."""

    template_name: Annotated[
        str | None,
        Field(alias="template_name", description="An approved template, by name; empty for none."),
    ] = None
    message: Annotated[
        Annotated[str, Field(min_length=1), AfterValidator(_plain)] | None,
        Field(description="The text as people read it."),
    ] = None
    template_id: Annotated[
        Literal[""] | None, Field(description="Only empty, as in the vendor's samples.")
    ] = None


class SmsDialingStrategy(Spec):
    """Who sends, and when people may be texted."""

    caller_id: CallerId
    calling_hours: CallingHours


class VoiceDialingStrategy(SmsDialingStrategy):
    """Who calls, when, and how often. Retry period in minutes, ring time in seconds."""

    dialing_order: Annotated[
        Literal["FIFO", "LIFO"], Field(description="Who is called first: the oldest or newest.")
    ]
    max_attempts_per_record: Annotated[
        StrictInt, Field(ge=1, le=100, description="Calls to one person at most.")
    ]
    default_retry_period: Annotated[
        StrictInt, Field(ge=1, le=1440, description="Minutes between two calls to one person.")
    ]
    max_ring_time: Annotated[
        StrictInt, Field(ge=5, le=120, description="The longest a call rings, in seconds.")
    ]


ContactLists = Annotated[list[Text], Field(min_length=1, max_length=10)]


class _Campaign(Spec):
    clearable = frozenset({"dnc_lists"})

    name: Annotated[Name, Field(description="The campaign's name at the vendor.")]
    description: Annotated[
        Annotated[str, Field(max_length=256)] | None,
        Field(description="For people, never for contacts."),
    ] = None
    contact_lists: Annotated[ContactLists, Field(description="Who is contacted: lists, by name.")]
    dnc_lists: DncLists | None = None
    priority: Priority | None = None
    schedule: Schedule | None = None


class KoreSmsSpec(_Campaign):
    """An SMS campaign: a text, a template, or an experience flow."""

    campaign_type: Annotated[
        Literal["sms"] | None, Field(description="May be left out: the kind says it.")
    ] = None
    format: Annotated[
        Literal["simple", "advanced"] | None,
        Field(description="Optional: follows from message or experienceFlowName."),
    ] = None
    dialing_strategy: SmsDialingStrategy
    message: SmsMessage | None = None
    experience_flow_name: Annotated[
        Text | None, Field(description="The flow that talks with people, by name.")
    ] = None

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        both = self.message is not None and self.experience_flow_name is not None
        # With format advanced, the field table reports a missing flow.
        named = self.message or self.experience_flow_name or self.format == "advanced"
        if both or not named:
            raise PydanticCustomError(
                "content", "an SMS campaign needs either message or experienceFlowName, not both"
            )
        wanted = "simple" if self.message else "advanced"
        if self.format not in (None, wanted):
            raise PydanticCustomError(
                "format",
                "format {given} does not fit; leave it out or write {wanted}",
                {"given": self.format, "wanted": wanted},
            )
        return self


class KoreVoiceSpec(_Campaign):
    """A voice campaign in one of three dialing modes."""

    campaign_type: Annotated[
        Literal["voice"] | None, Field(description="May be left out: the kind says it.")
    ] = None
    dialing_mode: Annotated[
        Literal["Agentless", "Progressive", "Preview"],
        Field(description="Whether a flow or an agent talks, and who dials."),
    ]
    dialing_strategy: VoiceDialingStrategy
    experience_flow_name: Annotated[
        Text | None, Field(description="The flow that talks with people, by name.")
    ] = None
    queue_name: Annotated[
        Text | None, Field(alias="queue_name", description="The agents' queue, by name.")
    ] = None
    enable_machine_detect: Annotated[
        StrictBool | Literal["no", "detect", "disconnect"] | None,
        Field(description="Answering machines: true or false on v1, a word on v2."),
    ] = None
    max_skips: Annotated[
        Annotated[StrictInt, Field(ge=0)] | None,
        Field(description="People that an agent may skip."),
    ] = None
